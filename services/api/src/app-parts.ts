import type { BlobStore, Store } from '@gigascope/store';
import type { Counter } from 'prom-client';
import type { OidcSettings } from './access/oidc/settings.ts';
import type { ActivationEngine } from './activations/activation-engine.ts';
import type { ReaderPool } from './readers/reader-pool.ts';
import type { WebhookSender } from './webhooks/webhook-sender.ts';

/** 'open': whoever reaches the API may do everything, for one laboratory on one machine. 'keys': only who brings a key or signs in. */
export type AccessMode = 'open' | 'keys';

export interface Limits {
  readonly maxUploadBytes: number;
  /** Disk space that uploads leave free. */
  readonly reservedDiskBytes: number;
  readonly uploadIdleMs: number;
  /** After its last piece, an upload that is not complete is cleared away. */
  readonly uploadExpiresMs: number;
  /** Of one client's address, and of one key or person with costly requests counted several times. */
  readonly requestsPerMinute: number;
}

export interface SignInSettings {
  /** The browser reaches the API by TLS, which ends in front of this process. */
  readonly cookieSecure: boolean;
  /** Origin at which browsers reach the API, such as https://gigascope.example; null: as the request says. */
  readonly publicOrigin: string | null;
  /** null: people come with API keys only. */
  readonly oidc: OidcSettings | null;
}

/** What the application is given: it opens nothing itself, and closes nothing of this. */
export interface AppParts {
  readonly store: Store;
  readonly blobs: BlobStore;
  /** For viewing. */
  readonly views: ReaderPool;
  /** For checking what was uploaded; apart, so that a slow upload holds up no viewer. */
  readonly probes: ReaderPool;
  /** For showing why a patch was called what it was. */
  readonly activations: ActivationEngine;
  /** For calling other systems. */
  readonly webhooks: WebhookSender;
  readonly access: AccessMode;
  /** Memory for encoded tiles; without it 64 MiB. */
  readonly tileCacheBytes?: number;
  /** Whether slides' quality is measured once they are ready. */
  readonly measuresQuality: boolean;
  readonly signIn: SignInSettings;
  readonly limits: Limits;
}

/** What routes count beyond requests; /metrics serves it. */
export interface Metrics {
  readonly uploads: Counter<'outcome'>;
  readonly uploadBytes: Counter;
}
