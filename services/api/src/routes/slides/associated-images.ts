import { AssociatedImages, AssociatedParams, IdParams, paths } from '@gigascope/contracts/http';
import { recordSight } from '../../access/register-audit.ts';
import { requirePhi } from '../../access/require-phi.ts';
import type { Api, Context } from '../../context.ts';
import { encodeJpeg } from '../../encode-jpeg.ts';
import { abortedWith } from '../aborted-with.ts';
import { entityTag, isFresh } from '../conditional.ts';
import { binary, found, problems } from '../responses.ts';
import { readySlide } from './ready-slide.ts';

/** A view of the scan; every other picture shows the glass, on which names are written. */
const HARMLESS = 'thumbnail';

/** The pictures that the scanner stored beside the scan. */
export function registerAssociatedImages(app: Api, { store, blobs, views }: Context): void {
  app.route({
    method: 'GET',
    url: paths.associatedImages(':id'),
    config: { permission: 'slides:read' },
    schema: {
      operationId: 'listAssociatedImages',
      summary: 'What pictures a slide has beside the scan',
      tags: ['slides'],
      params: IdParams,
      response: { 200: AssociatedImages, ...problems },
    },
    handler: async ({ tenantId, params: { id } }) => {
      const { metadata } = await readySlide(store, tenantId, id);
      const items = metadata.associatedImages.map((name) => ({
        name,
        identifying: name !== HARMLESS,
        url: paths.associatedImage(id, encodeURIComponent(name)),
      }));
      return { items };
    },
  });
  app.route({
    method: 'GET',
    url: paths.associatedImage(':id', ':name'),
    config: { permission: 'slides:read', cost: 2 },
    schema: {
      operationId: 'getAssociatedImage',
      summary: 'The label, macro or thumbnail',
      description: 'All but the thumbnail need phi:read.',
      tags: ['slides'],
      params: AssociatedParams,
      response: { 200: binary('JPEG', 'image/jpeg'), ...problems },
    },
    handler: async (request, reply) => {
      const { id, name } = request.params;
      if (name !== HARMLESS) requirePhi(request);
      const { row: slide, metadata } = await readySlide(store, request.tenantId, id);
      found(metadata.associatedImages.includes(name) ? name : null, 'picture');
      if (name !== HARMLESS) await recordSight(store, request, 'viewIdentifyingImage');
      // Not kept on the disk of whoever looked at a name.
      reply.header('cache-control', name === HARMLESS ? 'private, max-age=86400' : 'private, no-store');
      if (isFresh(request, reply, entityTag(slide.sha256, 'associated', name))) return reply.send();
      const asked = { path: blobs.path(slide.blobKey), name };
      const { image } = await views.call('associated', asked, abortedWith(reply));
      return reply.type('image/jpeg').send(await encodeJpeg(image));
    },
  });
}
