/* While a worker is at a file, its page asks how far it is; without this there is a link. */
const EVERY = 1500;

async function look() {
  const answer = document.hidden ? null : await fetch(location.pathname, { cache: "no-store" }).catch(() => null);
  if (answer?.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("import");
    if (!fresh) return;
    if (!("busy" in fresh.dataset)) {
      location.reload();
      return;
    }
    document.getElementById("import").replaceWith(document.importNode(fresh, true));
  }
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
