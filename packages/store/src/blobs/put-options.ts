export interface PutOptions {
  /** With its dot, such as '.svs'; formats need it. Letters, digits and '-' only. */
  readonly extension: string;
  /** Gives the blob a folder of its own, as slides have: their formats look for companions beside the file. */
  readonly ownFolder?: boolean;
  /** Beyond it UPLOAD_TOO_LARGE, and nothing is left behind. */
  readonly maxBytes?: number;
  /** Stops the writing; nothing is left behind. */
  readonly signal?: AbortSignal;
  /** Sees the size so far after each chunk. */
  readonly onProgress?: (receivedBytes: number) => void;
}
