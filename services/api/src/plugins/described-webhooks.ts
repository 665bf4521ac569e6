/** What this API sends, in the words of OpenAPI 3.1. */
export const describedWebhooks = {
  message: {
    post: {
      operationId: 'receiveMessage',
      summary: 'What a webhook is told',
      description:
        'Sent to every webhook that wants the event. webhook-id is the same on every attempt of a call; webhook-signature ' +
        'holds a signature for each secret in force, as Standard Webhooks says.',
      tags: ['webhooks'],
      parameters: ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => ({
        name,
        in: 'header' as const,
        required: true,
        schema: { type: 'string' as const },
      })),
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { $ref: '#/components/schemas/WebhookMessage' } } },
      },
      responses: {
        '2XX': { description: 'It was received' },
        '410': { description: 'Nobody is to be called here again' },
      },
    },
  },
};
