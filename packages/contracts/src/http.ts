/**
 * The HTTP API as the API process, the dashboard and the tests share it: paths and what crosses them. JSON is camelCase,
 * instants are ISO 8601 in UTC, identifiers UUIDs, coordinates level-0 pixels. A group of operations has its file in http/.
 */
export * from './http/access.ts';
export * from './http/analyses.ts';
export * from './http/annotations.ts';
export * from './http/batches.ts';
export * from './http/common.ts';
export * from './http/exports.ts';
export * from './http/findings.ts';
export * from './http/iiif.ts';
export * from './http/models.ts';
export * from './http/retention.ts';
export * from './http/reviews.ts';
export * from './http/slides.ts';
export * from './http/system.ts';
export * from './http/uploads.ts';
export * from './http/webhooks.ts';
export * from './paths.ts';
