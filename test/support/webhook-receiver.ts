import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedCall {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers the n-th call (from 1) to a path. */
type Behaviour = (response: ServerResponse, call: ReceivedCall, n: number) => void;

/** A lab system's real HTTP server on loopback, which behaves by path; without a behaviour it answers 204. */
export class WebhookReceiver implements AsyncDisposable {
  readonly calls: ReceivedCall[] = [];
  connections = 0;
  readonly #behaviours = new Map<string, Behaviour>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    receiver.#server.on('connection', () => receiver.connections++);
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Such as 127.0.0.1:41234. */
  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  on(path: string, behaviour: Behaviour): string {
    this.#behaviours.set(path, behaviour);
    return `http://${this.host}${path}`;
  }

  at(path: string): readonly ReceivedCall[] {
    return this.calls.filter((call) => call.path === path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {});
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() };
    this.calls.push(call);
    const behaviour = this.#behaviours.get(call.path);
    if (behaviour === undefined) response.writeHead(204).end();
    else behaviour(response, call, this.at(call.path).length);
  }
}
