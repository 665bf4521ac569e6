/** How people of an OpenID Connect provider are known here. */
export interface OidcSettings {
  /** Exactly as tokens say it. */
  readonly issuer: string;
  /** Of access tokens that are meant for this API. */
  readonly audience: string;
  /** Where a token names the laboratory (tenants.claim); a path with dots for what lies deeper. */
  readonly tenantClaim: string;
  readonly rolesClaim: string;
  /** For signing in by browser; null where only tokens are taken. */
  readonly client: { readonly id: string; readonly secret: string | null; readonly scope: string } | null;
}
