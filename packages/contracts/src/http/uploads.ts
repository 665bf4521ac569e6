import { z } from 'zod';
import { Failure, Id, Instant } from './common.ts';

/** An identifier that the laboratory gives and that nothing here understands. */
export const LabReference = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}]*$/u);

/** 'received': all bytes are on the disk; 'verified': they are those that the sender named; 'failed': no fault of the file. */
export const UploadState = z.enum(['receiving', 'received', 'verified', 'ready', 'rejected', 'failed']);

export const Upload = z.object({
  id: Id,
  name: z.string(),
  state: UploadState,
  receivedBytes: z.int().nonnegative(),
  /** null when the sender did not say. */
  sizeBytes: z.int().nonnegative().nullable(),
  /** Of the bytes received; null until they are all there and hashed. */
  sha256: z.string().nullable(),
  /** The slide that it became, or that the laboratory had already; null before. */
  slideId: Id.nullable(),
  error: Failure.nullable(),
  createdAt: Instant,
  /** When it is cleared away if nothing more arrives; null where it cannot be resumed. */
  expiresAt: Instant.nullable(),
});
export type Upload = z.infer<typeof Upload>;

export const UploadPage = z.object({ items: z.array(Upload), nextCursor: z.string().nullable() });
export type UploadPage = z.infer<typeof UploadPage>;
