/* The service worker of the floor: its files by version, and without a connection the screen that the
   page has kept (kept-page.js). The server puts VERSION, FILES and OFFLINE in front. It touches no
   POST and no address outside of the floor, and keeps no page by itself. */

"use strict";

const SHELL = `floor shell ${VERSION}`;
const PAGES = "floor page of ";
const LONGEST = 10000; // ms for a page; then the kept one is shown
const IS_DOCUMENT = /\.pdf$|\/file\/$/; // is made while somebody waits, and never kept
const AWAY = [502, 503, 504]; // something in front of the portal answers for it
const IS_HASHED = /\.[0-9a-f]{12}\.\w+$/; // a name that changes with what is in the file

self.addEventListener("install", (event) => {
  // Without cookies: what is kept for everybody is of nobody.
  const asked = [...FILES, OFFLINE].map((path) => new Request(path, { credentials: "omit" }));
  const filled = caches.open(SHELL).then((cache) => cache.addAll(asked));
  event.waitUntil(filled.then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOthers().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (FILES.includes(pathname)) event.respondWith(file(request, pathname));
  else if (request.mode === "navigate") event.respondWith(page(request));
});

async function dropOthers() {
  const names = (await caches.keys()).filter((name) => name.startsWith("floor shell ") && name !== SHELL);
  await Promise.all(names.map((name) => caches.delete(name)));
}

async function file(request, pathname) {
  const kept = await caches.match(pathname);
  if (kept && IS_HASHED.test(pathname)) return kept;
  try {
    return await fetch(request);
  } catch {
    return kept || Response.error();
  }
}

async function page(request) {
  const isDocument = IS_DOCUMENT.test(new URL(request.url).pathname);
  const late = new Promise((_, reject) => isDocument || setTimeout(reject, LONGEST, new Error("no answer")));
  try {
    const answer = await Promise.race([fetch(request), late]);
    return (AWAY.includes(answer.status) && (await pageWithout(request.url))) || answer;
  } catch {
    return (await pageWithout(request.url)) || Response.error();
  }
}

async function pageWithout(url) {
  return (await keptPage(url)) || caches.match(OFFLINE);
}

// Of one person only: whoever opens the floor, signs out or locks it has emptied the others.
async function keptPage(url) {
  for (const name of await caches.keys()) {
    const found = name.startsWith(PAGES) && (await (await caches.open(name)).match(url));
    if (found && Number(found.headers.get("X-Kept-Until")) > Date.now()) return found;
  }
  return null;
}
