import { GigascopeError } from '@gigascope/contracts';
import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import * as oidc from 'openid-client';
import type { OidcSettings } from './settings.ts';

const TIMEOUT_SECONDS = 5;
/** A provider that is down is not asked by every request. */
const ASK_AGAIN_AFTER_MS = 2_000;
const DISCOVER_AGAIN_AFTER_MS = 60 * 60_000;

interface Discovered {
  readonly configuration: oidc.Configuration;
  readonly keys: JWTVerifyGetKey;
  readonly at: number;
}

/** What the provider says of itself, and its keys: fetched when they are first needed, and again from time to time. */
export class IdentityProvider {
  readonly settings: OidcSettings;
  #discovered: Discovered | undefined;
  #asking: Promise<Discovered> | undefined;
  #failedAt = Number.NEGATIVE_INFINITY;

  constructor(settings: OidcSettings) {
    this.settings = settings;
  }

  /** @throws GigascopeError IDENTITY_UNAVAILABLE when it cannot be reached and was not before. */
  async discover(): Promise<Discovered> {
    const known = this.#discovered;
    const now = performance.now();
    if (known !== undefined && now - known.at < DISCOVER_AGAIN_AFTER_MS) return known;
    if (now - this.#failedAt > ASK_AGAIN_AFTER_MS) {
      this.#asking ??= this.#ask().finally(() => {
        this.#asking = undefined;
      });
      try {
        return await this.#asking;
      } catch (cause) {
        this.#failedAt = performance.now();
        if (known === undefined) throw new GigascopeError('IDENTITY_UNAVAILABLE', undefined, { cause });
      }
    }
    if (known === undefined) throw new GigascopeError('IDENTITY_UNAVAILABLE');
    return known;
  }

  async #ask(): Promise<Discovered> {
    const { issuer, client, audience } = this.settings;
    const execute = [oidc.enableNonRepudiationChecks];
    // The configuration takes http from loopback addresses only.
    if (new URL(issuer).protocol === 'http:') execute.unshift(oidc.allowInsecureRequests);
    const secret = client?.secret ?? null;
    const authentication = secret === null ? oidc.None() : oidc.ClientSecretBasic(secret);
    const configuration = await oidc.discovery(new URL(issuer), client?.id ?? audience, {}, authentication, {
      execute,
      timeout: TIMEOUT_SECONDS,
    });
    const { jwks_uri: address } = configuration.serverMetadata();
    if (address === undefined) throw new Error('the provider names no keys');
    const keys = createRemoteJWKSet(new URL(address), { timeoutDuration: TIMEOUT_SECONDS * 1000 });
    this.#discovered = { configuration, keys, at: performance.now() };
    return this.#discovered;
  }
}
