import swagger from '@fastify/swagger';
import * as http from '@gigascope/contracts/http';
import apiReference from '@scalar/fastify-api-reference';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Api } from '../context.ts';
import { Binary } from '../routes/responses.ts';
import { describedWebhooks } from './described-webhooks.ts';
import { withUsedSchemas } from './used-schemas.ts';

const { paths } = http;

/** Every body has its component, named as its schema is; those that nothing refers to are left out in the end. */
const schemas = Object.entries(http as Readonly<Record<string, unknown>>).flatMap(([name, schema]) =>
  schema instanceof z.ZodObject && !/(?:Query|Params|Headers)$/.test(name) ? [[name, schema] as const] : [],
);

/** Says what zod has no word for, brings examples along, and leaves the format to speak where the pattern says the same at length. */
function describe(part: { zodSchema: z.core.$ZodType; jsonSchema: Record<string, unknown> }): void {
  const { zodSchema, jsonSchema } = part;
  // Components are listed in a registry of their own, which knows nothing else of a schema.
  const { examples } = z.globalRegistry.get(zodSchema) ?? {};
  if (examples !== undefined) jsonSchema['examples'] = examples;
  if (zodSchema === Binary) Object.assign(jsonSchema, { type: 'string', format: 'binary' });
  if (jsonSchema['format'] === 'uuid' || jsonSchema['format'] === 'date-time') delete jsonSchema['pattern'];
}

/** Describes every route registered after it: OpenAPI 3.1 at /openapi.json and a reference page, all served from here. */
export async function registerOpenApi(app: Api, version: string): Promise<void> {
  const schemaRegistry = z.registry<{ id: string }>();
  for (const [id, schema] of schemas) schemaRegistry.add(schema, { id });
  const addSchemas = createJsonSchemaTransformObject({ schemaRegistry, zodToJsonConfig: { override: describe } });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Gigascope',
        version,
        description:
          'Reads gigapixel pathology slides with neural networks. Upload a slide, start an analysis, follow its ' +
          'events, fetch heatmap, lesions and score. Coordinates are level-0 pixels, origin top-left. For research use.',
        license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      },
      tags: [
        { name: 'uploads' },
        { name: 'slides' },
        { name: 'models' },
        { name: 'analyses' },
        { name: 'reviews' },
        { name: 'webhooks' },
        { name: 'system' },
        { name: 'session' },
        { name: 'keys' },
        { name: 'users' },
        { name: 'laboratories' },
        { name: 'audit' },
      ],
      webhooks: describedWebhooks,
    },
    transform: createJsonSchemaTransform({ schemaRegistry, zodToJsonConfig: { override: describe } }),
    transformObject: (document) => withUsedSchemas(addSchemas(document)),
  });
  app.get(paths.openapi, { schema: { hide: true } }, () => app.swagger());
  await app.register(apiReference, {
    routePrefix: paths.docs,
    configuration: { url: paths.openapi, withDefaultFonts: false, telemetry: false },
    hooks: {
      // Its page starts with an inline script and compiles templates; nothing from elsewhere is let in.
      onRequest: (_request, reply, done) => {
        void reply.header(
          'content-security-policy',
          "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; frame-ancestors 'none'",
        );
        done();
      },
    },
  });
}
