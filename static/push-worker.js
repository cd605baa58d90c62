// Shows what we are told, and opens the order when it is pressed.

self.addEventListener("push", (event) => {
  const { title, body, link } = event.data.json();
  const tag = new URL(link).pathname; // a newer one takes the place of what is said of the same order
  event.waitUntil(self.registration.showNotification(title, { body, tag, renotify: true, data: { link } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const link = new URL(event.notification.data.link);
  if (link.origin === self.location.origin) event.waitUntil(open(link));
});

async function open(link) {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const page = pages.find((one) => new URL(one.url).pathname === link.pathname);
  return page ? page.focus() : self.clients.openWindow(link.href);
}
