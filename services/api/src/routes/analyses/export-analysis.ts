import { Readable } from 'node:stream';
import { ExportQuery, IdParams, paths } from '@gigascope/contracts/http';
import { EXPORT_FORMATS, exportFindings, HTML_REPORT_CSP } from '@gigascope/exchange';
import type { Api, Context } from '../../context.ts';
import { exportSource, picturesOf } from '../../exports/export-source.ts';
import { finishedAnalysis } from '../../exports/finished-analysis.ts';
import { attachment } from '../attachment.ts';
import { Binary, problems } from '../responses.ts';

const REPORT = 'html-report';
/** As each format is served, without its character set. */
const MEDIA_TYPES = Object.fromEntries(
  Object.values(EXPORT_FORMATS).map(({ mediaType }) => [mediaType.split(';')[0] ?? mediaType, { schema: Binary }]),
);
const LISTED = Object.entries(EXPORT_FORMATS).map(([id, { title }]) => `${id}: ${title}.`);

export function registerExportAnalysis(app: Api, { store, blobs }: Context): void {
  app.route({
    method: 'GET',
    url: paths.export(':id'),
    config: { permission: 'analyses:read', cost: 20 },
    schema: {
      operationId: 'exportAnalysis',
      summary: 'All findings of an analysis in a form that other software reads',
      description: `Streamed as it is read. ${LISTED.join(' ')}`,
      tags: ['analyses'],
      params: IdParams,
      querystring: ExportQuery,
      response: { 200: { description: 'The file', content: MEDIA_TYPES }, ...problems },
    },
    handler: async ({ tenantId, params: { id }, query: { format, origin } }, reply) => {
      const finished = await finishedAnalysis(store, tenantId, id);
      const isReport = format === REPORT;
      const pictures = isReport ? await picturesOf(store, blobs, finished) : [];
      const { mediaType, extension } = EXPORT_FORMATS[format];
      const [plain, own] = [id, finished.slide.name].map((name) => `${name}.${format}.${extension}`) as [
        string,
        string,
      ];
      // Of a page the browser is told what it may load; the report itself says so too.
      if (isReport) void reply.header('content-security-policy', HTML_REPORT_CSP);
      return reply
        .type(mediaType)
        .header('cache-control', 'private, no-store')
        .header('content-disposition', attachment(isReport ? 'inline' : 'attachment', plain, own))
        .send(
          Readable.from(exportFindings(format, exportSource(store, finished, pictures), { origin }), {
            highWaterMark: 1,
          }),
        );
    },
  });
}
