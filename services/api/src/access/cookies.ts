import type { FastifyReply, FastifyRequest } from 'fastify';

export interface CookieOptions {
  readonly sameSite: 'strict' | 'lax';
  readonly maxAgeSeconds: number;
}

/**
 * Cookies that no script reads and no other host sets: behind TLS with the prefix by which browsers insist on that. On a
 * loopback address without TLS a browser would refuse that prefix.
 */
export class Cookies {
  readonly #secure: boolean;

  constructor(secure: boolean) {
    this.#secure = secure;
  }

  read({ cookies }: FastifyRequest, name: string): string | null {
    return cookies[this.#nameOf(name)] ?? null;
  }

  set(reply: FastifyReply, name: string, value: string, { sameSite, maxAgeSeconds: maxAge }: CookieOptions): void {
    void reply.setCookie(this.#nameOf(name), value, { ...this.#attributes, sameSite, maxAge });
  }

  clear(reply: FastifyReply, name: string): void {
    void reply.clearCookie(this.#nameOf(name), this.#attributes);
  }

  get #attributes() {
    return { path: '/', httpOnly: true, secure: this.#secure } as const;
  }

  #nameOf(name: string): string {
    return this.#secure ? `__Host-${name}` : name;
  }
}
