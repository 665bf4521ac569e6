import { GigascopeError } from '@gigascope/contracts';
import type { SlideRow } from '@gigascope/store';

/** Of what people state of a slide; its state is not part of it. */
export function slideTag({ version }: Pick<SlideRow, 'version'>): string {
  return `"${version}"`;
}

/** The version that If-Match names; null where any will do. Throws EDIT_CONFLICT for a tag that no slide has. */
export function statedVersion(ifMatch: string | undefined): number | null {
  if (ifMatch === undefined || ifMatch.trim() === '*') return null;
  const [, version] = /^\s*"(\d{1,9})"\s*$/.exec(ifMatch) ?? [];
  if (version === undefined) throw new GigascopeError('EDIT_CONFLICT', 'If-Match');
  return Number(version);
}
