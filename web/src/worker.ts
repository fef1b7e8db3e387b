/** Keeps the review, its cards and the notes that were read, for when there is no network. */

interface Waiting {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Waiting {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Worker {
  /** Written before this script when the site is built. */
  readonly qedeckFiles: string[];
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(name: "install" | "activate", listener: (event: Waiting) => void): void;
  addEventListener(name: "fetch", listener: (event: Fetching) => void): void;
  addEventListener(name: "message", listener: (event: MessageEvent & Waiting) => void): void;
}

const worker = self as unknown as Worker;
const NAME = `qedeck ${worker.registration.scope}`;
/** After so long without an answer what was kept is good enough. */
const PATIENCE = 3000;

async function keep(files: string[]): Promise<void> {
  const cache = await caches.open(NAME);
  await cache.addAll(files.map((file) => new Request(new URL(file, worker.registration.scope), { cache: "reload" })));
}

/** What the network says now; what was kept if it says nothing. */
async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(NAME);
  const kept = await cache.match(request, { ignoreSearch: request.mode === "navigate" });
  const asked = fetch(request).then((response) => {
    if (response.ok) void cache.put(request, response.clone());
    return response;
  });
  if (!kept) return asked;
  const late = new Promise<Response>((done) => setTimeout(() => done(kept), PATIENCE));
  return Promise.race([asked.catch(() => kept), late]);
}

worker.addEventListener("install", (event) => {
  event.waitUntil(keep(worker.qedeckFiles).then(() => worker.skipWaiting()));
});
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("message", (event) => {
  const { keep: files } = event.data as { keep?: string[] };
  if (files) event.waitUntil(keep(files));
});
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const own = request.url.startsWith(worker.registration.scope);
  if (request.method === "GET" && own && !request.url.includes("/api/")) event.respondWith(answer(request));
});
