/* The camera of the device, for who has no hand-held scanner: a tap opens it, it reads one code and
   closes. The code goes the way of every scan. What reads it comes with the first tap only
   (vendor/zxing-reader.js and its .wasm). */

"use strict";

/* `take(code, at)` gets the code; `isLocked()` says whether the screen is locked meanwhile.
   Returns `offer()`, which shows the button of a new screen where the device has a camera. */
function watchCamera({ take, isLocked }) {
  const EVERY = 100; // ms between two looks
  const LONGEST = 60000; // ms after which a camera that was forgotten goes off
  const MOST = 1280; // pixels of the longer side that are looked at
  const LENS = { video: { facingMode: "environment", width: { ideal: MOST } } };
  const FORMATS = ["EANUPC", "Code128", "Code39", "ITF", "DataBar", "DataMatrix", "QRCode"];
  // Plain: as a scanner sends it, without brackets around the parts of a GS1 code.
  const READING = { formats: FORMATS, textMode: "Plain", tryHarder: true };

  let open = null; // {panel, video, words, stream}
  let reader = null; // a promise of the function that reads pixels

  const canvas = document.createElement("canvas");
  const pencil = canvas.getContext("2d", { willReadFrequently: true });

  // Over plain HTTP a browser has no camera for a page.
  async function offer() {
    const button = document.querySelector("[data-camera]");
    if (!button || !navigator.mediaDevices?.enumerateDevices) return;
    const devices = await navigator.mediaDevices.enumerateDevices();
    button.hidden = !devices.some(({ kind }) => kind === "videoinput");
  }

  async function start(button) {
    if (open) return;
    const shown = (open = show());
    try {
      const read = await loaded(button.dataset);
      const stream = await navigator.mediaDevices.getUserMedia(LENS);
      shown.stream = stream;
      if (open !== shown) return stop(shown);
      shown.video.srcObject = stream;
      await shown.video.play();
      shown.words.textContent = Words.of("Hold one code in front of the camera.");
      await look(shown, read);
    } catch (problem) {
      if (open === shown) explain(problem);
      else stop(shown);
    }
  }

  function explain({ name }) {
    close();
    const words = {
      NotAllowedError: Words.of("This page may not use the camera. Allow it in the browser's settings."),
      NotReadableError: Words.of("Something else uses the camera. Close it and try again."),
      NetworkError: Words.of("No connection: the camera cannot read codes yet."),
    };
    Feedback.say("alarm", words[name] || Words.of("The camera does not answer."));
  }

  function loaded({ reader: script, wasm }) {
    reader ||= load(script, wasm).catch((problem) => {
      reader = null; // the next tap tries again
      throw problem;
    });
    return reader;
  }

  async function load(script, wasm) {
    await new Promise((resolve, reject) => {
      const element = document.createElement("script");
      const gone = new DOMException("The reader was not loaded.", "NetworkError");
      Object.assign(element, { src: script, onload: resolve, onerror: () => reject(gone) });
      document.head.append(element);
    });
    const binary = await fetch(wasm, { signal: AbortSignal.timeout(LONGEST) }).catch(() => null);
    if (!binary?.ok) throw new DOMException("The reader was not loaded.", "NetworkError");
    const overrides = { wasmBinary: await binary.arrayBuffer() };
    await ZXingWASM.prepareZXingModule({ overrides, fireImmediately: true });
    return (pixels) => ZXingWASM.readBarcodes(pixels, READING);
  }

  // A code counts when two looks see the same one: a stripe that was misread once does not.
  async function look(shown, read) {
    const until = performance.now() + LONGEST;
    let before = "";
    while (open === shown) {
      if (isLocked() || performance.now() > until) return close();
      const code = await codeIn(shown.video, read);
      if (code && code === before && open === shown) {
        close();
        return take(code, performance.now());
      }
      before = code;
      await new Promise((resolve) => setTimeout(resolve, EVERY));
    }
  }

  async function codeIn(video, read) {
    const scale = Math.min(1, MOST / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    if (!canvas.width || !canvas.height) return "";
    pencil.drawImage(video, 0, 0, canvas.width, canvas.height);
    const found = await read(pencil.getImageData(0, 0, canvas.width, canvas.height));
    const codes = found.filter(({ isValid, text }) => isValid && text.trim());
    codes.sort((one, other) => fromMiddle(one) - fromMiddle(other));
    return codes[0]?.text.trim() || "";
  }

  // Of several codes on one label the one that is aimed at.
  function fromMiddle({ position: { topLeft, bottomRight } }) {
    const x = (topLeft.x + bottomRight.x - canvas.width) / 2;
    const y = (topLeft.y + bottomRight.y - canvas.height) / 2;
    return Math.hypot(x, y);
  }

  function show() {
    const panel = document.createElement("div");
    const video = document.createElement("video");
    const words = document.createElement("p");
    const button = document.createElement("button");
    Object.assign(panel, { className: "camera", ariaModal: "true", ariaLabel: Words.of("Camera") });
    panel.setAttribute("role", "dialog");
    Object.assign(video, { playsInline: true, muted: true });
    words.setAttribute("role", "status");
    words.textContent = Words.of("One moment …");
    Object.assign(button, { type: "button", className: "btn btn-quiet", onclick: close });
    button.textContent = Words.of("Cancel");
    panel.append(video, words, button);
    document.body.append(panel);
    button.focus();
    return { panel, video, words };
  }

  function close() {
    if (!open) return;
    const shown = open;
    open = null;
    stop(shown);
    shown.panel.remove();
    document.querySelector("[data-scan-field]")?.focus({ preventScroll: true });
  }

  function stop({ stream }) {
    for (const track of stream?.getTracks() || []) track.stop();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-camera]");
    if (button) start(button);
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && close());
  document.addEventListener("visibilitychange", () => document.hidden && close());
  return { offer };
}
