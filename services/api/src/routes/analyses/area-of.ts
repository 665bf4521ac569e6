import type { DensityQuery, FindingsQuery, LesionsQuery } from '@gigascope/contracts/http';
import type { FindingsRequest } from '@gigascope/store';
import type { z } from 'zod';

type Asked = Pick<
  z.infer<typeof FindingsQuery> | z.infer<typeof DensityQuery> | z.infer<typeof LesionsQuery>,
  'x0' | 'y0' | 'x1' | 'y1'
>;

/** The area that a query states; the schema has seen to it that there are four corners or none. */
export function areaOf({ x0, y0, x1, y1 }: Asked): FindingsRequest['area'] {
  if (x0 === undefined || y0 === undefined || x1 === undefined || y1 === undefined) return undefined;
  return { x0, y0, x1, y1 };
}

/** The point of `near=x,y`, whose form the schema has checked. */
export function pointOf(near: string | undefined): FindingsRequest['near'] {
  if (near === undefined) return undefined;
  const [x = 0, y = 0] = near.split(',').map(Number);
  return { x, y };
}
