import { readFile } from 'node:fs/promises';
import { type Role, SlideMetadata } from '@gigascope/contracts';
import { paths, Slide } from '@gigascope/contracts/http';
import { DEFAULT_TENANT_ID, mintKey, type SlideRow } from '@gigascope/store';
import type { RunningApi } from './running-api.ts';

let made = 0;

/** Enters a slide that is ready, with files of its own but without a scan; each is another. */
export async function enterSlide(api: RunningApi, name: string, sizeBytes = 1000): Promise<SlideRow> {
  const { key: blobKey } = await api.blobs.put(Buffer.from(name), { extension: '.svs', ownFolder: true });
  const { key: thumbnailKey } = await api.blobs.put(Buffer.from('jpeg'), { extension: '.jpg' });
  const sha256 = (++made).toString(16).padStart(64, '0');
  const { id } = await api.store.slides.create(DEFAULT_TENANT_ID, { name, sizeBytes, sha256, blobKey });
  const metadata = SlideMetadata.parse({
    ...{ vendor: 'aperio', widthL0: 10, heightL0: 10, mpp: null, objectivePower: null, boundsL0: null },
    levels: [{ index: 0, widthPx: 10, heightPx: 10, downsample: 1 }],
    ...{ backgroundRgb: [255, 255, 255], associatedImages: [], properties: {} },
  });
  const row = await api.store.slides.setState(DEFAULT_TENANT_ID, id, 'ready', { metadata, thumbnailKey });
  if (row === null) throw new Error('the slide was not entered');
  return row;
}

/** Uploads a file through the API. */
export async function uploadFile(
  api: Pick<RunningApi, 'url'>,
  path: string,
  name: string,
  key?: string,
): Promise<Slide> {
  const response = await fetch(`${api.url}${paths.slides}`, {
    method: 'POST',
    headers: {
      ...{ 'content-type': 'application/octet-stream', 'x-slide-name': encodeURIComponent(name) },
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    },
    body: await readFile(path),
  });
  if (!response.ok) throw new Error(await response.text());
  return Slide.parse(await response.json());
}

/** A key of the first laboratory. */
export async function keyFor(api: RunningApi, role: Role, phi = false): Promise<string> {
  const { key, hash, hint } = mintKey();
  const grant = { roles: [role], phi, onlyPermissions: null, createdBy: 'test', expiresAt: null };
  await api.store.apiKeys.create(DEFAULT_TENANT_ID, { name: `${role} ${phi}`, hash, hint, ...grant });
  return key;
}
