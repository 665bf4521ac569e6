import { IdParams, paths } from '@gigascope/contracts/http';
import { fhirDiagnosticReport, hl7Oru, type LabReport } from '@gigascope/exchange';
import type { Api, Context } from '../../context.ts';
import { labReport } from '../../labs/lab-report.ts';
import { viewerOf } from '../../reviews/caller.ts';
import { binary, problems } from '../responses.ts';

interface LabDocument {
  readonly operationId: string;
  readonly url: string;
  readonly summary: string;
  readonly mediaType: string;
  readonly extension: string;
  readonly write: (report: LabReport) => string;
}

const DOCUMENTS: readonly LabDocument[] = [
  {
    operationId: 'getFhirReport',
    url: paths.fhir(':id'),
    summary: 'An analysis as a FHIR R4 Bundle of a DiagnosticReport and its Observations',
    mediaType: 'application/fhir+json',
    extension: 'fhir.json',
    write: (report) => JSON.stringify(fhirDiagnosticReport(report)),
  },
  {
    operationId: 'getHl7Report',
    url: paths.oru(':id'),
    summary: 'An analysis as an HL7 v2.5.1 message ORU^R01, segments ending in CR',
    mediaType: 'x-application/hl7-v2+er7; charset=utf-8',
    extension: 'oru.hl7',
    write: (report) => hl7Oru(report, { sentAt: new Date().toISOString() }),
  },
];

/** What lab systems fetch: results with the laboratory's references, preliminary until a review is signed. */
export function registerLabDocuments(app: Api, { store }: Context): void {
  for (const { operationId, url, summary, mediaType, extension, write } of DOCUMENTS) {
    app.route({
      method: 'GET',
      url,
      config: { permission: 'reviews:read', cost: 5 },
      schema: {
        operationId,
        summary,
        description:
          'Preliminary until a review of the analysis is signed and holds of the slide, final after. Lesions that the ' +
          'review rejected are left out. FORBIDDEN for a reader whose own review of the slide is open.',
        tags: ['analyses'],
        params: IdParams,
        response: { 200: binary('The document', mediaType), ...problems },
      },
      handler: async (request, reply) => {
        const { id } = request.params;
        const document = write(await labReport(store, request.tenantId, id, viewerOf(request)));
        return reply
          .type(mediaType)
          .header('cache-control', 'private, no-store')
          .header('content-disposition', `attachment; filename="${id}.${extension}"`)
          .send(Buffer.from(document));
      },
    });
  }
}
