// Asks every 45 seconds whether anything has changed; the page works the same without it.

const EVERY = 45_000;
let live = document.getElementById("live");
let etag = live.dataset.etag;
let last = Date.now();

function said(page) {
  return [page.headline.text, page.stops, page.headline.detail, page.counts].filter(Boolean).join(". ");
}

function sentences(root) {
  return [...root.querySelectorAll(".hero h1, .stops, .detail")].map((part) => part.textContent).join();
}

async function draw(page) {
  const answer = await fetch(location.pathname, { cache: "no-store" });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = document.importNode(fresh.getElementById("live"), true);
  const isNews = sentences(next) !== sentences(live);
  const focused = live.contains(document.activeElement) && document.activeElement.id;
  live.replaceWith(next);
  live = next;
  document.title = fresh.title;
  if (focused) document.getElementById(focused)?.focus();
  if (isNews) document.getElementById("announcement").textContent = said(page);
}

function stamp() {
  const clock = new Intl.DateTimeFormat("en", { hour: "numeric", minute: "2-digit", timeZone: live.dataset.zone });
  document.getElementById("checked").textContent = clock.format(new Date()).replace(":00", "").toLowerCase();
}

async function check() {
  if (document.hidden || Date.now() - last < EVERY - 500) return;
  last = Date.now();
  try {
    const answer = await fetch(live.dataset.state, { cache: "no-store", headers: { "If-None-Match": etag } });
    if (answer.status === 200) {
      await draw(await answer.json());
      etag = answer.headers.get("ETag");
    }
    if (answer.ok || answer.status === 304) stamp();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // offline: the next turn asks again
  }
}

setInterval(check, EVERY);
document.addEventListener("visibilitychange", check);
