/**
 * In:  the event SDK, unmodified, in a thread of its own that may crash, hang or be killed at any moment.
 * Out: raw frames and the SDK's own HTTP wishes, over the message port.
 * Never: a real token, a decision. What frames mean and when to start over is decided outside.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { SDK } from '@ringcentral/sdk';
import { Subscriptions } from '@ringcentral/subscriptions';
import type { FenceInput, FromFence, ToFence } from './feed-messages.ts';

type WebSocketExtension = Awaited<ReturnType<Subscriptions['newWsExtension']>>;
type Socket = WebSocketExtension['ws'];
type Listener = (event: unknown) => void;

/** Everything real is far smaller; a larger frame is handed to nobody. */
const mostFrameBytes = 1024 * 1024;
const reconnectCheckMs = 1_000;
/** Stands for the token: the real one never enters this thread. */
const placeholder = 'fenced';
const server = 'http://fenced.invalid';

const port = parentPort;
if (!port) throw new Error('the feed worker runs in a worker thread only');
const post = (message: FromFence): void => {
  port.postMessage(message);
};

const open = new Map<number, (response: Response) => void>();
let lastRequest = 0;

/** The SDK's HTTP: a wish to the main thread, which owns the token and the rate budget. */
function fencedFetch(request: Request): Promise<Response> {
  const id = ++lastRequest;
  const url = new URL(request.url);
  return new Promise((resolve) => {
    open.set(id, resolve);
    post({ type: 'request', id, method: request.method, path: `${url.pathname}${url.search}` });
  });
}

function isFrame(text: string): boolean {
  try {
    // A multipart body makes the whole frame no JSON; its first part still is (SDK: splitWsgData).
    const cut = text.indexOf(',--Boundary');
    const parsed: unknown = cut === -1 ? JSON.parse(text) : [JSON.parse(text.slice(1, cut))];
    if (!Array.isArray(parsed)) return false;
    const meta: unknown = parsed[0];
    return typeof meta === 'object' && meta !== null;
  } catch {
    return false;
  }
}

/**
 * Makes one socket safe before the SDK touches it: our listener is the first, so it sees frames that the SDK misses
 * while it attaches its own late; `error` has a listener, so a refused connection is not an exception; the SDK's
 * listeners see well-formed frames only, and what they throw stays here.
 */
function guard(socket: Socket): void {
  let wellFormed = false;
  socket.on('error', () => undefined);
  socket.on('close', (code: number) => {
    if (socket === extension?.ws) post({ type: 'closed', code });
  });
  socket.on('message', (data: unknown, isBinary: boolean) => {
    wellFormed = receive(data, isBinary);
  });
  const wrapped = new Map<Listener, Listener>();
  const add = socket.addEventListener.bind(socket) as (type: string, listener: Listener) => void;
  const remove = socket.removeEventListener.bind(socket) as (type: string, listener: Listener) => void;
  const guarded = (type: string, listener: Listener): Listener => {
    if (type !== 'message') return listener;
    const safe: Listener = (event) => {
      if (!wellFormed) return;
      try {
        listener(event);
      } catch {
        // The frame has been handed over; only the SDK could not cope with it (such as before its subscription is known).
      }
    };
    wrapped.set(listener, safe);
    return safe;
  };
  Object.assign(socket, {
    addEventListener: (type: string, listener: Listener) => {
      add(type, guarded(type, listener));
    },
    removeEventListener: (type: string, listener: Listener) => {
      remove(type, wrapped.get(listener) ?? listener);
      wrapped.delete(listener);
    },
  });
}

/** Hands one frame over; false when it must not reach the SDK. */
function receive(data: unknown, isBinary: boolean): boolean {
  const bytes = Buffer.isBuffer(data) ? data : undefined;
  if (bytes && bytes.byteLength > mostFrameBytes) {
    post({ type: 'oversize', bytes: bytes.byteLength });
    return false;
  }
  const text = bytes && !isBinary ? bytes.toString('utf8') : undefined;
  if (text === undefined || !isFrame(text)) {
    post({ type: 'badFrame' });
    return false;
  }
  post({ type: 'frame', text });
  return true;
}

let extension: WebSocketExtension | undefined;

/** Prepares the SDK's own WebSocket extension in the moment before it connects. */
function adopt(candidate: object): void {
  if (!('eventEmitter' in candidate)) return;
  const adopted = candidate as WebSocketExtension;
  extension = adopted;
  if (adopted.options.autoRecover) adopted.options.autoRecover.checkInterval = () => reconnectCheckMs;
  adopted.eventEmitter.on('newWebSocketObject', (socket: Socket) => {
    // A token for the link is good for one connection; the SDK would use it again.
    delete adopted.wsToken;
    guard(socket);
    post({ type: 'socket', recovering: socket.url.includes('wsc=') });
  });
}

async function run({ eventFilters }: FenceInput): Promise<void> {
  const sdk = new SDK({
    server,
    clientId: placeholder,
    fetch: fencedFetch as typeof fetch,
    Request,
    Response,
    Headers,
  });
  sdk.platform().ensureLoggedIn = () => Promise.resolve(null);
  await sdk.platform().auth().setData({ token_type: 'bearer', access_token: placeholder, expires_in: '86400' });
  const subscriptions = new Subscriptions({ sdk });
  const install = subscriptions.rc.installExtension.bind(subscriptions.rc);
  subscriptions.rc.installExtension = (candidate) => {
    adopt(candidate);
    return install(candidate);
  };
  await subscriptions
    .createSubscription()
    .setEventFilters([...eventFilters])
    .register();
}

async function stop(): Promise<void> {
  await extension?.revoke().catch(() => undefined);
  port?.close();
}

port.on('message', (message: ToFence) => {
  if (message.type === 'answer') {
    const { id, status, body } = message;
    open.get(id)?.(
      new Response(status === 204 ? null : body, { status, headers: { 'content-type': 'application/json' } }),
    );
    open.delete(id);
  } else if (message.type === 'beat') {
    void extension?.pingServer();
  } else {
    void stop();
  }
});

run(workerData as FenceInput).catch((error: unknown) => {
  post({ type: 'failed', detail: error instanceof Error ? error.message : 'unknown' });
});
