/* The screen of a walk as the server has shown it last, kept for a reload without a connection: of the
   person who works here only, gone with the sign-out and the lock. Where there are no service workers
   (no HTTPS, an old browser) nothing is kept, and scans wait all the same. */

"use strict";

const KeptPage = (() => {
  const PAGES = "floor page of ";
  const SHIFT = 12 * 3600; // seconds
  const POLICY =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
  const canKeep = "serviceWorker" in navigator && "caches" in window;

  function begin({ worker, serviceWorker }) {
    if (!canKeep || !serviceWorker) return;
    empty(worker);
    navigator.serviceWorker.register(serviceWorker).catch(() => {}); // the floor works without it
  }

  // Whoever's page is kept but this person's.
  async function empty(worker) {
    if (!canKeep) return;
    const names = (await caches.keys()).filter((name) => name.startsWith(PAGES));
    await Promise.all(names.filter((name) => name !== PAGES + worker).map((name) => caches.delete(name)));
  }

  // `idle`: seconds after which a shared scanner locks.
  async function keep({ worker, idle }, stops) {
    if (!canKeep || !worker) return;
    const headers = {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": POLICY,
      "X-Kept-Until": String(Date.now() + (Number(idle) || SHIFT) * 1000),
    };
    const kept = new Response(`<!doctype html>${copyOf(stops)}`, { headers });
    await (await caches.open(PAGES + worker)).put(location.href, kept);
  }

  // Without what was said of the last scan: it has been heard.
  function copyOf(stops) {
    const copy = document.documentElement.cloneNode(true);
    copy.dataset.kept = "";
    copy.querySelectorAll("[data-answer] > *, [data-standing], #walk-ahead").forEach((part) => part.remove());
    const data = document.createElement("script");
    Object.assign(data, { id: "walk-ahead", type: "application/json", textContent: inScript(stops) });
    copy.querySelector("main").append(data);
    return copy.outerHTML;
  }

  // A script's text is written as it is: a title with "</script>" would end it and become elements.
  function inScript(json) {
    return json.replace(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
  }

  const isShown = () => "kept" in document.documentElement.dataset;

  return { begin, empty, keep, isShown };
})();
