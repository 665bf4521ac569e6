import { IiifParams, paths } from '@gigascope/contracts/http';
import type { Api, Context } from '../../context.ts';
import { encodeImage } from '../../iiif/encode-image.ts';
import { IIIF_FORMATS } from '../../iiif/limits.ts';
import { parseImageRequest } from '../../iiif/parse-request.ts';
import { abortedWith } from '../aborted-with.ts';
import { entityTag, isFresh } from '../conditional.ts';
import { binary, IMMUTABLE, problems } from '../responses.ts';
import { iiifAddress, openToViewers } from './iiif-address.ts';
import { readySlide } from './ready-slide.ts';

const PROFILE = 'http://iiif.io/api/image/3/level2.json';
/** Of what is encoded, so that a change of quality is another picture. */
const ENCODING = 'iiif1';

export function registerGetIiifImage(app: Api, { store, blobs, views, tiles, access }: Context): void {
  const url = `${paths.iiif(':id')}/:region/:size/:rotation/:file`;
  const onRequest = openToViewers(access);
  app.route({
    method: 'GET',
    url,
    config: { permission: 'slides:read', cost: 2 },
    onRequest,
    schema: {
      operationId: 'getIiifImage',
      summary: 'A part of the slide at any size',
      description:
        'IIIF Image API 3.0, level 2: region/size/rotation/quality.format. Regions are level-0 pixels. ' +
        'FEATURE_UNSUPPORTED for what the specification has and this does not.',
      tags: ['slides'],
      params: IiifParams,
      response: { 200: binary('The picture', 'image/jpeg'), ...problems },
    },
    handler: async (request, reply) => {
      const { id, ...parts } = request.params;
      const { row: slide, metadata } = await readySlide(store, request.tenantId, id);
      const image = parseImageRequest(parts, { width: metadata.widthL0, height: metadata.heightL0 });
      const { region, size, canonical, format } = image;
      const tag = entityTag(slide.sha256, ENCODING, canonical);
      const links = `<${iiifAddress(request, id)}/${canonical}>;rel="canonical",<${PROFILE}>;rel="profile"`;
      reply.header('cache-control', IMMUTABLE).header('link', links);
      if (isFresh(request, reply, tag)) return reply.send();
      const bytes = await tiles.get(`${id} ${tag}`, async () => {
        const asked = {
          ...{ path: blobs.path(slide.blobKey), xL0: region.x, yL0: region.y },
          ...{ widthL0: region.width, heightL0: region.height, widthPx: size.width, heightPx: size.height },
        };
        return await encodeImage((await views.call('scaled', asked, abortedWith(reply))).image, image);
      });
      return reply.type(IIIF_FORMATS[format]).send(bytes);
    },
  });
  if (access !== 'keys') return;
  // A browser asks whether the key may be sent before it sends it.
  for (const asked of [url, paths.iiifInfo(':id')]) {
    app.route({
      method: 'OPTIONS',
      url: asked,
      config: { permission: 'anyone' },
      onRequest,
      schema: { hide: true },
      handler: async (_request, reply) =>
        reply
          .code(204)
          .header('access-control-allow-methods', 'GET')
          .header('access-control-allow-headers', 'authorization')
          .header('access-control-max-age', '86400')
          .send(),
    });
  }
}
