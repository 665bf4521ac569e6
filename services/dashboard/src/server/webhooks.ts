import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  listWebhookDeliveries,
  listWebhooks,
  pingWebhook,
  redeliverWebhook,
  rotateWebhookSecret,
} from '@gigascope/client';
import { useMutation, useQuery } from '@tanstack/preact-query';
import { useChange, usePages } from './admin.ts';
import { asked } from './client.ts';

const KEY = ['admin', 'webhooks'];
const throwOnError = true as const;

export const useWebhooks = () =>
  useQuery({ queryKey: KEY, queryFn: ({ signal }) => asked(listWebhooks({ signal, throwOnError })) });
export type WebhookToMake = NonNullable<Parameters<typeof createWebhook>[0]['body']>;
export const useCreateWebhook = () =>
  useChange(KEY, (body: WebhookToMake) => asked(createWebhook({ body, throwOnError })));
export type WebhookEdit = { readonly id: string } & NonNullable<Parameters<typeof changeWebhook>[0]['body']>;
export const useChangeWebhook = () =>
  useChange(KEY, ({ id, ...body }: WebhookEdit) => asked(changeWebhook({ path: { id }, body, throwOnError })));
export const useDeleteWebhook = () =>
  useChange(KEY, (id: string) => asked(deleteWebhook({ path: { id }, throwOnError })));
export const useRotateSecret = () =>
  useChange(KEY, (id: string) => asked(rotateWebhookSecret({ path: { id }, throwOnError })));
export const usePing = () =>
  useMutation({ mutationFn: (id: string) => asked(pingWebhook({ path: { id }, throwOnError })) });
export const useDeliveries = (id: string) =>
  usePages([...KEY, id, 'deliveries'], (page, signal) =>
    asked(listWebhookDeliveries({ path: { id }, query: page, signal, throwOnError })),
  );
export const useRedeliver = (id: string) =>
  useChange([...KEY, id, 'deliveries'], (deliveryId: string) =>
    asked(redeliverWebhook({ path: { id, deliveryId }, throwOnError })),
  );
