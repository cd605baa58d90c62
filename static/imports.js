/* While a worker is at a file or a job, its page asks how far it is; without this there is a link. */
const EVERY = 1500;

async function look() {
  const answer = document.hidden ? null : await fetch(location.href, { cache: "no-store" }).catch(() => null);
  if (answer?.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-progress]");
    // Without it the answer is another page: demo data that is made opens the dashboard.
    if (!fresh || !("busy" in fresh.dataset)) {
      location.reload();
      return;
    }
    document.querySelector("[data-progress]").replaceWith(document.importNode(fresh, true));
  }
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
