/* A walk goes on while the connection is away, as far as its screen knows: the open stops came with
   it (warehouse/scanning/ahead.py). A right scan is bound to its stop and moves the screen on, "not
   yet sent"; a wrong one is refused at once. The server decides when it is sent. */

"use strict";

const WalkAhead = (() => {
  let drawn = null; // the state on the screen
  let known = null; // the walk as the last page with its stops had it: an answer to a scan has none

  const formOf = () => document.querySelector("form[data-scan]");
  const textOf = (selector) => document.querySelector(selector)?.textContent.trim() || "";

  // Called with each new screen.
  function remember() {
    const data = document.querySelector("#walk-ahead");
    if (data) known = { url: formOf()?.action, ...JSON.parse(data.textContent) };
  }

  const stops = () => JSON.stringify({ ...known, url: undefined });

  /* Where the walker is: {line, left: units by stop that is open, isThere, product, quantity}. */

  // As the screen of the server shows it; null where this is no walk that is known.
  function shown() {
    const form = formOf();
    const line = form?.elements.line?.value;
    const place = known?.stops.findIndex((stop) => stop.line === line);
    if (!form || form.action !== known?.url || !(place >= 0)) return null;
    const left = Object.fromEntries(known.stops.slice(place).map((stop) => [stop.line, stop.units]));
    const { location, proposed, product, quantity } = form.elements;
    if (proposed) left[line] = Number(proposed.value);
    const given = product && { product: product.value, quantity: Number(quantity.value) };
    const units = given && { units: unitsIn(known.stops[place], given, left[line]) };
    const state = { line, left, isThere: Boolean(location), product: "", quantity: 0, ...given, ...units };
    if (!document.querySelector("main[data-ahead]")) drawn = state;
    return state;
  }

  function unitsIn(stop, { product, quantity }, left) {
    const pack = unitsOf(stop, product);
    return pack > 1 && quantity === left ? pack : quantity;
  }

  const stopOf = (state) => known.stops.find((stop) => stop.line === state.line);

  /* The next scan: {words} where it is refused, else {said, entries, state}. */

  function step(state, code, entered) {
    const stop = stopOf(state);
    if (!stop) return { words: Words.of("You scanned {code}. All is picked: nothing is expected until it is sent.", { code }) };
    if (!state.isThere) return reach(state, stop, code);
    if (!state.product) return take(state, stop, code, entered);
    if (!same(code, known.tote)) return wrong(code, Words.of("tote {tote}", { tote: known.tote }));
    const sent = { location: stop.place, ...proposedAt(state, stop), product: state.product };
    return picked(state, stop, code, { ...sent, quantity: state.quantity }, state.units);
  }

  function reach(state, stop, code) {
    if (!same(code, stop.place)) return wrong(code, Words.of("location {place}", { place: stop.place }));
    const entries = entriesOf(state, code, {});
    return { said: Words.of("Location {place}", { place: stop.place }), entries, state: { ...state, isThere: true } };
  }

  function take(state, stop, code, entered) {
    const left = state.left[state.line];
    const pack = unitsOf(stop, code);
    if (!pack) return wrong(code, Words.of("{sku} {title} from {place}", stop));
    const other = otherLot(stop, code);
    if (other) return wrong(other, Words.of("{lot}, of {sku} {title}", { ...stop, lot: lotOf(stop) }));
    const quantity = entered || left;
    const units = unitsIn(stop, { product: code, quantity }, left);
    if (pack === 1 && units > left) return { words: Words.of("Pick 1 to {wanted} here, not {units}.", { wanted: left, units }) };
    if (units > left) return wrong(Words.of("{code}, case of {case}", { code, case: pack }), `${left} × ${stop.sku} ${stop.title}`);
    if (pack > 1 && units % pack) return { words: Words.of("{code} is on a case of {case}: {quantity} is no number of whole cases.", { code, case: pack, quantity: units }) };
    const sent = { location: stop.place, ...proposedAt(state, stop), quantity };
    if (!known.scans_totes) return picked(state, stop, code, sent, units);
    const entries = entriesOf(state, code, sent);
    const said = Words.of("{units} × {title}: put it into tote {tote}", { units, title: stop.title, tote: known.tote });
    return { said, entries, state: { ...state, product: code, quantity, units } };
  }

  function picked(state, stop, code, sent, units) {
    const left = { ...state.left, [state.line]: state.left[state.line] - units };
    const line = known.stops.find((one) => left[one.line] > 0)?.line || "";
    const isThere = known.stops.find((one) => one.line === line)?.place === stop.place;
    const entries = entriesOf(state, code, sent);
    const next = { line, left, isThere, product: "", quantity: 0 };
    return { said: Words.of("Picked {units} × {title}", { units, title: stop.title }), entries, state: next };
  }

  function proposedAt(state, stop) {
    return { proposed: state.left[state.line], planned: stop.planned };
  }

  function entriesOf(state, code, sent) {
    const fields = { worker: formOf()?.elements.worker?.value || "", line: state.line, ...sent, code };
    return Object.entries(fields).map(([name, value]) => [name, String(value)]);
  }

  const wrong = (code, expected) => ({
    words: `${Words.of("You scanned {scanned}.", { scanned: code })} ${Words.of("Expected:")} ${expected}.`,
  });
  const same = (code, expected) => code.trim().toUpperCase() === expected.toUpperCase();

  const lotOf = ({ lot, expires }) => (expires ? Words.of("lot {lot}, expires {day}", { lot, day: expires }) : Words.of("lot {lot}", { lot }));

  // What the code names instead of the lot of the stop, in words; "" where it is right.
  function otherLot(stop, code) {
    if (!stop.lot || same(code, stop.lot)) return "";
    const lot = Gs1.lot(code.trim());
    if (lot && !same(lot, stop.lot)) return Words.of("lot {lot} of {sku}", { lot, sku: stop.sku });
    return lot || !stop.asks_lot ? "" : Words.of("{sku}, of which several lots lie here", stop);
  }

  // Units of the barcode or SKU of the product that this is; 0 for none.
  function unitsOf(stop, code) {
    if (stop.lot && same(code, stop.lot)) return 1;
    const read = Gs1.readings(code.trim()).find((one) => Object.hasOwn(stop.codes, one));
    if (read) return stop.codes[read];
    return same(code, stop.sku) ? 1 : 0;
  }

  /* The screen of a stop that the server has not shown yet. */

  function draw(state, number) {
    const isNew = !isDrawn(state);
    drawn = state;
    const main = document.querySelector("main");
    const stop = stopOf(state);
    main.dataset.ahead = "";
    for (const part of main.querySelectorAll("[data-of-server]")) part.remove();
    main.querySelector("[data-of-ahead]")?.removeAttribute("hidden");
    showWaiting(number);
    if (!stop) return drawEnd(main);
    const place = known.stops.indexOf(stop);
    write("[data-step]", state.product ? Words.of("Put into tote") : state.isThere ? `✓ ${Words.of("You are at")}` : Words.of("Go to"));
    write("[data-place]", state.product ? known.tote : stop.place);
    document.querySelector("[data-place]")?.classList.toggle("goal-code-long", textOf("[data-place]").length > 10);
    document.querySelector("[data-goal]")?.classList.toggle("goal-reached", state.isThere);
    write("[data-goods]", stop.title);
    const lot = stop.lot ? lotOf(stop) : "";
    write("[data-sku]", stop.sku);
    write("[data-lot]", lot && `${lot[0].toUpperCase()}${lot.slice(1)}`);
    main.querySelector("[data-lot]")?.toggleAttribute("hidden", !stop.lot);
    write("[data-units]", String(state.left[state.line]));
    write("[data-number]", Words.of("{number} of {total}", { number: known.total - known.stops.length + place + 1, total: known.total }));
    const next = known.stops.slice(place + 1).find((one) => state.left[one.line] > 0);
    write("[data-next]", next ? `${Words.of("Next:")} ${next.place}` : Words.of("Last stop"));
    write("[data-scan] .scan-label", state.product ? Words.of("Scan the tote") : state.isThere ? Words.of("Scan the product") : Words.of("Scan the location"));
    drawNote(stop);
    if (isNew) drawQuantity(state); // else what was entered stays: it is drawn again with each try to send
  }

  function drawEnd(main) {
    const words = document.createElement("span");
    words.className = "goal-words";
    words.textContent = Words.of("All is scanned, not all is sent. Keep the tote with you.");
    main.querySelector("[data-goal]")?.replaceChildren(words);
    main.querySelector("[data-quantity]")?.remove();
    write("[data-next]", "");
    write("[data-scan] .scan-label", Words.of("Nothing to scan until the connection is back"));
  }

  function drawNote(stop) {
    document.querySelector("main .note[data-ahead-note]")?.remove();
    if (!stop.note) return;
    const note = document.createElement("p");
    note.className = "note";
    note.dataset.aheadNote = "";
    note.textContent = stop.note;
    document.querySelector("[data-goal]")?.after(note);
  }

  // The number is asked only where the product is scanned, and there are several.
  function drawQuantity(state) {
    const left = state.left[state.line];
    const form = formOf();
    document.querySelector("[data-quantity]")?.remove();
    if (!state.isThere || state.product || left < 2 || !form) return;
    const box = document.querySelector("template[data-quantity-field]").content.cloneNode(true);
    const field = box.querySelector("input");
    Object.assign(field, { name: "quantity", max: String(left), value: String(left) });
    form.prepend(box);
  }

  const isDrawn = (state) => JSON.stringify(state) === JSON.stringify(drawn);

  // What somebody entered for the stop that is on the screen; 0 for nothing.
  function entered(state) {
    if (!isDrawn(state)) return 0;
    return Number(document.querySelector("main [name=quantity]")?.value) || 0;
  }

  function showWaiting(number) {
    const place = document.querySelector("[data-waiting]");
    if (!place) return;
    const wait = Words.count(number, "{number} scan waits", "{number} scans wait", { number });
    place.textContent = number ? Words.of("No connection: {waits}.", { waits: wait }) : Words.of("No connection: go on scanning.");
    place.hidden = false;
  }

  function write(selector, words) {
    const place = document.querySelector(`main ${selector}`);
    if (place) place.textContent = words;
  }

  return { remember, stops, shown, step, draw, entered };
})();
