/** Brings a database to this code's schema and makes the two roles, then ends: the first step of docker-compose.yml. */
import { migrationConfig } from './config.ts';
import { migrate } from './migrate.ts';

const { DATABASE_URL, APP_PASSWORD: app, DISPATCHER_PASSWORD: dispatcher } = migrationConfig();
await migrate(DATABASE_URL, { passwords: { app, dispatcher } });
