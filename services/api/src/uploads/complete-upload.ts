import type { Context } from '../context.ts';

/** All bytes of an upload are on the disk: says so, and sends it on its way to a slide. Saying it twice does nothing. */
export async function completeUpload(
  { store, settling }: Context,
  tenantId: string,
  id: string,
  sizeBytes: number,
): Promise<void> {
  const upload = await store.uploads.complete(tenantId, id, sizeBytes);
  if (upload !== null) void settling.settleLater(upload);
}
