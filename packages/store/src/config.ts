import { z } from 'zod';

/** What the migration's own process is told; the library itself reads no environment. */
const MigrationEnvironment = z.object({
  /** Of a database owner who may make roles. */
  DATABASE_URL: z.string().min(1),
  APP_PASSWORD: z.string().min(1),
  DISPATCHER_PASSWORD: z.string().min(1),
});

export const migrationConfig = (): z.infer<typeof MigrationEnvironment> => MigrationEnvironment.parse(process.env);
