// Offers to tell this browser of the order. Where it cannot, nothing is shown.

const offer = document.getElementById("push");
const button = document.getElementById("push-button");
const words = document.getElementById("push-words");
const { key, url, worker } = offer.dataset;

function say(state) {
  words.textContent = offer.dataset[state];
  button.textContent = offer.dataset[`${state}Button`];
  button.dataset.state = state;
}

function bytes(text) {
  const packed = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(packed, (letter) => letter.charCodeAt(0));
}

async function digest(text) {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function isOurs(subscription) {
  const theirs = subscription.options?.applicationServerKey;
  return theirs && new Uint8Array(theirs).join() === bytes(key).join();
}

async function tell(method, body) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(url, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method}: ${answer.status}`);
}

async function current() {
  const registration = await navigator.serviceWorker.getRegistration(worker);
  return registration?.pushManager.getSubscription();
}

async function turnOn() {
  if ((await Notification.requestPermission()) !== "granted") return "denied";
  await navigator.serviceWorker.register(worker);
  const registration = await navigator.serviceWorker.ready;
  let subscription = await registration.pushManager.getSubscription();
  if (subscription && !isOurs(subscription)) {
    await subscription.unsubscribe(); // made with a key that we have no more
    subscription = null;
  }
  subscription ??= await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytes(key),
  });
  await tell("POST", subscription.toJSON());
  return "on";
}

async function turnOff() {
  // The subscription stays: other orders may be told by it.
  const subscription = await current();
  if (subscription) await tell("DELETE", { endpoint: subscription.endpoint });
  return "off";
}

async function pressed() {
  button.disabled = true;
  try {
    say(button.dataset.state === "on" ? await turnOff() : await turnOn());
  } catch {
    say("failed");
  }
  button.disabled = false;
  button.focus();
}

async function begin() {
  const subscription = await current();
  if (!subscription) return say("off");
  const answer = await fetch(`${url}?browser=${await digest(subscription.endpoint)}`, { cache: "no-store" });
  say(answer.ok && (await answer.json()).is_on ? "on" : "off");
}

if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
  button.addEventListener("click", pressed);
  begin().catch(() => say("off")).finally(() => (offer.hidden = false));
}
