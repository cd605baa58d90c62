/* Says the texts of scripts in the language of the page: its words come with it as data. */

"use strict";

const Words = (() => {
  const place = document.getElementById("words");
  const texts = place ? JSON.parse(place.textContent) : {};
  const SIX = { zero: 0, one: 1, two: 2, few: 3, other: 4, many: 5 };
  const rules = new Intl.PluralRules(document.documentElement.lang || "en");

  /* `of("Stop {number}", { number })`: the text, with its values filled in. */
  const of = (text, values = {}) => filled(texts[text] || text, values);

  /* `count(3, "{n} scan", "{n} scans", { n })`: the form of this number. */
  function count(number, one, many, values = {}) {
    const forms = texts[one] || [one, many];
    const all = forms.length === 6; // as Arabic has them
    const form = (all ? SIX : { one: 0, few: 1 })[rules.select(number)] ?? forms.length - 1;
    return filled(forms[Math.min(form, forms.length - 1)], values);
  }

  const filled = (text, values) => text.replace(/{(\w+)}/g, (all, name) => values[name] ?? all);

  return { of, count };
})();
