/** What every page is given. */
export interface PageProps {
  /** What the page is of; see Route. */
  readonly id: string | null;
}
