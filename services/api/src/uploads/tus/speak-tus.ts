import { ReadableStream } from 'node:stream/web';
import { GigascopeError } from '@gigascope/contracts';
import { paths } from '@gigascope/contracts/http';
import { Server } from '@tus/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../../context.ts';
import { completeUpload } from '../complete-upload.ts';
import { patientChunks } from '../patient-chunks.ts';
import { tusError } from './tus-error.ts';
import { TusStore } from './tus-store.ts';
import { CHECKSUM_ALGORITHMS, uploadChecksum } from './upload-checksum.ts';

const VERSION = '1.0.0';
/** How long a request that another one asked to end may go on. */
const DRAIN_MS = 2_000;
const ASKED = /^(tus-resumable|upload-.*|content-type|content-length)$/;
const ANSWERED = /^(tus-.*|upload-.*|location|cache-control|connection)$/;

/**
 * Answers a request of the tus protocol by @tus/server, behind our own hooks and with our own errors: it is handed only the
 * protocol's headers and the body, and its answer is given through fastify, so no reply is hijacked. `id` is null where
 * an upload is created or the server described.
 * @throws GigascopeError
 */
export async function speakTus(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  id: string | null,
): Promise<void> {
  const { tenantId, method, raw } = request;
  void reply.header('tus-resumable', VERSION);
  if (method !== 'OPTIONS' && raw.headers['tus-resumable'] !== VERSION) {
    void reply.header('tus-version', VERSION);
    throw new GigascopeError('UPLOAD_PROTOCOL');
  }
  let failure: unknown;
  const store = new TusStore(context, tenantId, uploadChecksum(raw.headers['upload-checksum']?.toString()));
  const server = new Server({
    path: paths.uploads,
    datastore: store,
    locker: context.uploadLocks,
    lockDrainTimeout: DRAIN_MS,
    maxSize: context.limits.maxUploadBytes,
    getFileIdFromRequest: () => id ?? undefined,
    generateUrl: (_request, { id: made }) => paths.upload(made),
    namingFunction: ({ headers }, metadata) => store.enter(metadata ?? {}, Number(headers.get('upload-length'))),
    onUploadFinish: async (_request, upload) => {
      await completeUpload(context, tenantId, upload.id, upload.offset);
      return {};
    },
    onResponseError: (_request, error) => {
      if (error instanceof Error && !('status_code' in error)) failure ??= error;
      return undefined;
    },
  });
  const bodied = method === 'PATCH' || method === 'POST';
  const onFailure = (error: unknown): void => {
    failure = error;
  };
  const body = bodied ? ReadableStream.from(chunks(request, context.limits.uploadIdleMs, onFailure)) : null;
  const asked = new Request(`http://localhost${id === null ? paths.uploads : paths.upload(id)}`, {
    method,
    headers: Object.entries(raw.headers).filter(([name]) => ASKED.test(name)) as [string, string][],
    // The same class under two names: of Node, and of the browser's types.
    body: body as BodyInit | null,
    ...(bodied ? { duplex: 'half' as const } : {}),
  });
  const answer = await server.handleWeb(asked);
  if (answer.status >= 400) throw failure ?? tusError(answer.status, await answer.text());
  for (const [name, value] of answer.headers) if (ANSWERED.test(name)) void reply.header(name, value);
  if (method === 'OPTIONS') void reply.header('tus-checksum-algorithm', CHECKSUM_ALGORITHMS);
  void reply.code(answer.status).send();
}

/** Begins to read only when it is asked to, so that a refused body can still be discarded. */
async function* chunks(
  { raw }: FastifyRequest,
  idleMs: number,
  onFailure: (error: unknown) => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* patientChunks(raw, idleMs);
  } catch (error) {
    onFailure(error);
    throw error;
  }
}
