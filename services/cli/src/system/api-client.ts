import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { type ErrorCode, GigascopeError } from '@gigascope/contracts';
import { Analysis, Problem, Slide, SlidePage } from '@gigascope/contracts/http';
import { type OutputFileName, paths } from '@gigascope/contracts/paths';
import type { z } from 'zod';

/** The few calls of the HTTP API that the command makes; answers are checked, problems become GigascopeErrors. */
export class ApiClient {
  readonly #url: string;
  readonly #signal: AbortSignal;

  constructor(url: string, signal: AbortSignal) {
    this.#url = url;
    this.#signal = signal;
  }

  /** Sends a slide's file, streamed from disk, with its digest. */
  async upload(path: string, sha256: string): Promise<Slide> {
    const digest = Buffer.from(sha256, 'hex').toString('base64');
    return await this.#json(Slide, paths.slides, {
      method: 'POST',
      body: await openAsBlob(path),
      headers: {
        'content-type': 'application/octet-stream',
        'x-slide-name': encodeURIComponent(basename(path)),
        'repr-digest': `sha-256=:${digest}:`,
      },
    });
  }

  /** A slide that was uploaded before, by its bytes and name; undefined when there is none. */
  async findSlide(name: string, sha256: string): Promise<Slide | undefined> {
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `?cursor=${encodeURIComponent(cursor)}`;
      const page: SlidePage = await this.#json(SlidePage, paths.slides + query);
      const found = page.items.find(
        (slide) => slide.state === 'ready' && slide.sha256 === sha256 && slide.name === name,
      );
      if (found !== undefined) return found;
      cursor = page.nextCursor;
    } while (cursor !== null);
    return undefined;
  }

  async submit(slideId: string, model: string, parameters: object): Promise<Analysis> {
    return await this.#json(Analysis, paths.analyses, {
      method: 'POST',
      body: JSON.stringify({ slideId, model, parameters }),
      headers: { 'content-type': 'application/json' },
    });
  }

  async analysis(id: string): Promise<Analysis> {
    return await this.#json(Analysis, paths.analysis(id));
  }

  async file(id: string, name: OutputFileName): Promise<Uint8Array> {
    const response = await this.#fetch(paths.file(id, name));
    return new Uint8Array(await response.arrayBuffer());
  }

  async #json<T>(schema: z.ZodType<T>, path: string, init?: RequestInit): Promise<T> {
    return schema.parse(await (await this.#fetch(path, init)).json());
  }

  async #fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(new URL(path, this.#url), { ...init, signal: this.#signal });
    if (response.ok) return response;
    const problem = Problem.safeParse(await response.json().catch(() => null));
    if (!problem.success) throw new GigascopeError('INTERNAL', `the API answered ${response.status}`);
    throw new GigascopeError(problem.data.code as ErrorCode, problem.data.detail);
  }
}
