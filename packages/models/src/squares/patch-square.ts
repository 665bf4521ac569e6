/** What goes through a network as one picture: the patches of k × k neighbouring cells, in target pixels. */
export interface PatchSquare {
  /** k. */
  readonly cells: number;
  readonly patchSizePx: number;
  readonly stridePx: number;
}
