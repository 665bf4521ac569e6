import { GigascopeError } from '@gigascope/contracts';
import { IdParams, paths, Slide, SlidePatch } from '@gigascope/contracts/http';
import type { SlideEdit } from '@gigascope/store';
import { z } from 'zod';
import { principalOf } from '../../access/register-access.ts';
import type { Api, Context } from '../../context.ts';
import { presentSlide } from '../../present/slide.ts';
import { found, problems } from '../responses.ts';
import { slideTag, statedVersion } from './slide-version.ts';

const PatchHeaders = z.looseObject({ 'if-match': z.string().max(200).optional() });

export function registerPatchSlide(app: Api, { store }: Context): void {
  app.route({
    method: 'PATCH',
    url: paths.slide(':id'),
    config: { permission: 'slides:write' },
    schema: {
      operationId: 'editSlide',
      summary: 'Change a slide’s name, references or spacing',
      description:
        'Analyses that are submitted from then on take the stated spacing where they state none themselves. With ' +
        'If-Match only that version is changed (EDIT_CONFLICT). legalHold needs slides:delete.',
      tags: ['slides'],
      params: IdParams,
      headers: PatchHeaders,
      body: SlidePatch,
      response: { 200: Slide, ...problems },
    },
    handler: async (request, reply) => {
      const { tenantId, params, body, headers } = request;
      if (body.legalHold !== undefined && !principalOf(request).permissions.has('slides:delete'))
        throw new GigascopeError('FORBIDDEN', 'legalHold needs slides:delete');
      const edit = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as SlideEdit;
      const row = found(
        await store.slides.edit(tenantId, params.id, edit, statedVersion(headers['if-match'])),
        'slide',
      );
      return reply.header('etag', slideTag(row)).send(presentSlide(row));
    },
  });
}
