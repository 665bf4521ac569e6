import { z } from 'zod';

/** What every request of the tus protocol brings. Optional here, for its absence is answered as the protocol says. */
export const TusHeaders = z.looseObject({ 'tus-resumable': z.string().optional() });
