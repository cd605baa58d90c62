/* The durable queue of the floor: what waits is a row in IndexedDB until the server has answered, so
   that it survives a reload, a tab that dies and another sign-in. A row is of one person: somebody
   else on the same device neither sends nor loses it. Where there is no IndexedDB it waits in memory. */

"use strict";

const Waiting = (() => {
  const NAME = "floor";
  const LONGEST = 2000; // ms: a store that does not answer stops no scan
  const GOING = 60000; // ms in which a page before this one is gone on the slowest device
  const LOCK = "scans of ";
  let opening = null;
  let own = null; // the client of this page

  function open() {
    opening = opening || new Promise((resolve) => {
      setTimeout(resolve, LONGEST, null);
      try {
        const asked = indexedDB.open(NAME, 1);
        asked.onupgradeneeded = () => asked.result.createObjectStore(NAME, { keyPath: ["client", "sequence"] });
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => resolve(null);
      } catch {
        resolve(null); // as where a browser keeps nothing
      }
    });
    return opening;
  }

  // What `act(store)` asked for, once it is written; undefined where it could not be.
  async function ask(mode, durability, act) {
    const database = await open();
    if (!database) return undefined;
    return new Promise((resolve) => {
      setTimeout(resolve, LONGEST, undefined);
      try {
        const transaction = database.transaction(NAME, mode, { durability });
        const asked = act(transaction.objectStore(NAME));
        transaction.oncomplete = () => resolve(asked.result);
        transaction.onabort = () => resolve(undefined);
      } catch {
        resolve(undefined);
      }
    });
  }

  // Whether the row is on the device; `isLong`: it will wait, and a flat battery must not take it.
  async function save(row, isLong) {
    const written = await ask("readwrite", isLong ? "strict" : "relaxed", (store) => store.put(row));
    return written !== undefined;
  }

  function drop({ client, sequence }) {
    return ask("readwrite", "relaxed", (store) => store.delete([client, sequence]));
  }

  /* The rows of pages that are gone, in the order in which they were made, whoever's they are; and
     where pages live that hold some, or may yet, a promise of whether one of these has gone meanwhile.
     What a page saves and drops while it is waited for counts: the rows are read once it is gone. */
  async function left() {
    const clients = [...new Set((await all()).map((row) => row.client))].filter((client) => client !== own);
    const free = await Promise.all(clients.map((client) => isGone(client, LONGEST)));
    const gone = new Set(clients.filter((_, place) => free[place]));
    const living = [...new Set([...clients, ...(await alive())])].filter((client) => !gone.has(client));
    const inOrder = (await all()).filter((row) => gone.has(row.client)).sort((one, other) => one.order - other.order);
    return { rows: inOrder, later: living.length ? anyGoes(living) : undefined };
  }

  const all = async () => (await ask("readonly", "relaxed", (store) => store.getAll())) || [];

  // The clients of the other pages that are open.
  async function alive() {
    const { held = [] } = (await navigator.locks?.query()) || {};
    const ours = held.filter(({ name }) => name.startsWith(LOCK));
    return ours.map(({ name }) => name.slice(LOCK.length)).filter((client) => client !== own);
  }

  async function anyGoes(clients) {
    const first = clients.map(async (client) => (await isGone(client, GOING)) || Promise.reject());
    return Promise.any(first).catch(() => false);
  }

  // A page holds a lock as long as it lives: two tabs do not send the same rows. Without HTTPS there
  // are no locks, and the server applies each row once all the same.
  function hold(client) {
    own = client;
    navigator.locks?.request(lockOf(client), () => new Promise(() => {}));
  }

  async function isGone(client, longest) {
    if (!navigator.locks) return true;
    try {
      const signal = AbortSignal.timeout(longest); // the page before this one may be on its way out
      return await navigator.locks.request(lockOf(client), { signal }, () => true);
    } catch {
      return false;
    }
  }

  const lockOf = (client) => LOCK + client;

  return { save, drop, left, hold };
})();
