/* The ways to write the GTIN in a scanned code, as the server reads it: element strings of GS1 as
   warehouse/scanning/gs1.py takes them apart, widths as gtins.py. tests/warehouse/floor/gs1_codes.py
   has codes that both read alike. */

"use strict";

const Gs1 = (() => {
  const [GTIN, CONTENT, SSCC] = ["01", "02", "00"];
  const LOT = "10";
  const GS = "\u001d"; // ends what has no fixed length
  const SYMBOLOGY = /\](?:C1|d2|Q3|e0)/;
  const PRINTED = /\((\d{2,4})\)([^(]+)/g; // as people read it below the bars
  const FIXED = new Map([[SSCC, 18], [GTIN, 14], [CONTENT, 14], ["20", 2]]);
  for (const name of ["11", "12", "13", "15", "16", "17"]) FIXED.set(name, 6);
  const MEASURE = /^3[1-6]\d\d$/;
  const MEASURE_DIGITS = 6;
  const VARIABLE = new Map([["10", 20], ["21", 20], ["22", 20], ["30", 8], ["37", 8]]);
  for (const name of ["240", "241", "250", "400"]) VARIABLE.set(name, 30);
  // Of a code that begins with it, whatever follows; one of its own may have zeros in front, or lack them.
  const BEGINS = /^(?:\][A-Za-z]\d)?(?:\(01\)|01)(\d{14})|^(0\d{11,13}|\d{12})$/;
  const WIDTHS = [13, 14, 12, 8];
  const SHORTEST = 6; // digits without the zeros in front

  function readings(code) {
    const read = code.match(BEGINS);
    const digits = (elements(code).get(GTIN) ?? (read?.[1] || read?.[2] || "")).replace(/^0+/, "");
    if (digits.length < SHORTEST) return [code];
    const others = WIDTHS.filter((width) => digits.length <= width).map((width) => digits.padStart(width, "0"));
    return [...new Set([code, ...others])];
  }

  // {identifier: value} of an element string that names goods or a carton, else nothing.
  function elements(code) {
    const said = code.startsWith("]") ? code.replace(SYMBOLOGY, "") : code;
    const text = said.startsWith(GS) ? said.slice(1) : said; // as some scanners write that it is a code of GS1
    const isPrinted = text.startsWith("(");
    const pairs = isPrinted ? Array.from(text.matchAll(PRINTED), ([, ...pair]) => pair) : inBars(text);
    const isWhole = pairs.map(([name, value]) => `(${name})${value}`).join("") === text;
    const found = new Map(pairs);
    if (isPrinted && !(isWhole && pairs.every(([name, value]) => fits(name, value)))) return new Map();
    return [GTIN, CONTENT, SSCC].some((name) => found.has(name)) ? found : new Map();
  }

  // The elements one after the other; those before the first that is none.
  function inBars(text) {
    const pairs = [];
    while (text) {
      const name = [2, 3, 4].map((digits) => text.slice(0, digits)).find(isKnown) || "";
      const rest = text.slice(name.length);
      const ends = lengthOf(name) || (rest.includes(GS) ? rest.indexOf(GS) : rest.length);
      const value = rest.slice(0, ends);
      if (!name || !fits(name, value)) break;
      pairs.push([name, value]);
      text = rest.slice(ends);
      if (text.startsWith(GS)) text = text.slice(1);
    }
    return pairs;
  }

  const isKnown = (name) => VARIABLE.has(name) || lengthOf(name) > 0;
  const lengthOf = (name) => FIXED.get(name) || (MEASURE.test(name) ? MEASURE_DIGITS : 0);

  function fits(name, value) {
    const length = lengthOf(name);
    if (length) return value.length === length && /^\d+$/.test(value);
    return value.length > 0 && value.length <= (VARIABLE.get(name) || 0);
  }

  const lot = (code) => elements(code).get(LOT) || "";

  return { readings, lot };
})();
