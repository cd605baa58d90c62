/* The letter of a key for shortcuts. A keyboard that writes no Latin letters, as an Arabic, Greek or Russian one, has them where a
   US keyboard has them. Never by the place alone: where a US keyboard has Q, a French one writes A. */
function latin({ key, code, shiftKey }) {
  if (key.length !== 1) return "";
  if (/^[\u0020-\u024f]$/.test(key)) return key.toLowerCase();
  if (code === "Slash") return shiftKey ? "?" : "/";
  return code.match(/^Key([A-Z])$/)?.[1].toLowerCase() || "";
}
