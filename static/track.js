// Asks every 45 seconds whether anything has changed; the page works the same without it.

const EVERY = 45_000;
const announcement = document.getElementById("announcement");
let live = document.getElementById("live");
let last = Date.now();

async function ask(path, headers = {}) {
  try {
    return await fetch(path, { cache: "no-store", headers });
  } catch {
    return null; // offline: the next turn asks again
  }
}

function sentence(page) {
  const said = [page.headline.text, page.stops, page.headline.detail, page.counts];
  return said.filter(Boolean).join(announcement.dataset.stop);
}

function news(root) {
  return [...root.querySelectorAll(".hero h1, .stops, .detail")].map((part) => part.textContent).join();
}

async function draw(page) {
  const answer = await ask(location.pathname + location.search);
  if (!answer?.ok) return; // what is shown stays of when it was
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = document.importNode(fresh.getElementById("live"), true);
  const isNews = news(next) !== news(live);
  const focused = live.contains(document.activeElement) && document.activeElement.id;
  const past = next.querySelector(".past");
  if (past && live.querySelector(".past[open]")) past.open = true;
  live.replaceWith(next);
  live = next;
  document.title = fresh.title;
  if (focused) document.getElementById(focused)?.focus();
  if (isNews) announcement.textContent = sentence(page);
}

function stamp(clock) {
  if (clock) document.getElementById("checked").textContent = clock;
}

async function check() {
  if (document.hidden || Date.now() - last < EVERY - 500) return;
  last = Date.now();
  const asked = { "If-None-Match": live.dataset.etag };
  const answer = await ask(live.dataset.state + location.search, asked);
  // What is drawn anew says itself of when it is: it may be of another moment than this answer.
  if (answer?.status === 200) await draw(await answer.json());
  if (answer?.status === 304) stamp(answer.headers.get("X-Checked"));
}

setInterval(check, EVERY);
document.addEventListener("visibilitychange", check);
