import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { type CleanPlan, GigascopeError } from '@gigascope/contracts';
import { DownloadQuery, IdParams, paths } from '@gigascope/contracts/http';
import type { SlideRow } from '@gigascope/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { recordSight } from '../../access/register-audit.ts';
import { requirePhi } from '../../access/require-phi.ts';
import type { Api, Context } from '../../context.ts';
import { byteRange } from '../../slides/byte-range.ts';
import { cleanBytes } from '../../slides/clean-bytes.ts';
import { abortedWith } from '../aborted-with.ts';
import { entityTag, isFresh, names } from '../conditional.ts';
import { binary, problems } from '../responses.ts';
import { readySlide } from './ready-slide.ts';

/** Of the rules by which a copy is cleaned: other rules, other bytes. */
const CLEANING = 'clean1';

const RangeHeaders = z.looseObject({
  range: z.string().max(200).optional(),
  'if-range': z.string().max(200).optional(),
});

export function registerDownloadSlide(app: Api, { store, blobs, views }: Context): void {
  app.route({
    method: 'GET',
    url: paths.download(':id'),
    config: { permission: 'slides:read', cost: 20 },
    schema: {
      operationId: 'downloadSlide',
      summary: 'The slide’s file',
      description:
        'As it was uploaded, which needs phi:read; or with `deidentified=true` a copy without label, macro and whatever text ' +
        'is not known to be technical: DEIDENTIFY_UNSUPPORTED where that cannot be told. Takes a Range.',
      tags: ['slides'],
      params: IdParams,
      querystring: DownloadQuery,
      headers: RangeHeaders,
      response: {
        200: binary('The file', 'application/octet-stream'),
        206: binary('Part of it', 'application/octet-stream'),
        ...problems,
      },
    },
    handler: async (request, reply) => {
      const { deidentified = false } = request.query;
      if (!deidentified) requirePhi(request);
      const { row: slide } = await readySlide(store, request.tenantId, request.params.id);
      if (slide.fileCount > 1)
        throw new GigascopeError('DOWNLOAD_UNSUPPORTED', `the slide has ${slide.fileCount} files`);
      await recordSight(store, request, deidentified ? 'downloadDeidentifiedSlide' : 'downloadOriginalSlide');
      // What was downloaded is kept where the person puts it, and nowhere else.
      reply.header('cache-control', 'private, no-store').header('accept-ranges', 'bytes');
      const tag = entityTag(slide.sha256, deidentified ? CLEANING : 'whole');
      if (isFresh(request, reply, tag)) return reply.send();
      const path = blobs.path(slide.blobKey);
      const plan = deidentified ? await views.call('deidentify', { path }, abortedWith(reply)) : null;
      const { start, end } = settleRange(request, reply, tag, plan?.sizeBytes ?? slide.sizeBytes);
      const source = await blobs.open(slide.blobKey, { start, end });
      return reply
        .type('application/octet-stream')
        .header('content-length', end - start)
        .header('content-disposition', disposition(slide, plan))
        .send(plan === null ? source : Readable.from(cleanBytes(source, start, plan), { objectMode: false }));
    },
  });
}

/** What is sent; a part where one is asked for of this very file. */
function settleRange({ headers }: FastifyRequest, reply: FastifyReply, tag: string, sizeBytes: number) {
  const condition = headers['if-range'];
  const same = condition === undefined || names(String(condition), tag);
  const range = same ? byteRange(headers.range, sizeBytes) : null;
  if (range === null) return { start: 0, end: sizeBytes };
  void reply.code(206).header('content-range', `bytes ${range.start}-${range.end - 1}/${sizeBytes}`);
  return range;
}

/** A clean copy is named by its identifier: people write names into file names. */
function disposition({ id, name, blobKey }: SlideRow, plan: CleanPlan | null): string {
  const neutral = `attachment; filename="${id}${extname(blobKey)}"`;
  return plan === null ? `${neutral}; filename*=UTF-8''${encodeURIComponent(name).replaceAll("'", '%27')}` : neutral;
}
