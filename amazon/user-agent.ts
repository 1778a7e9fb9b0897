/** `application/version (Language=…)`, the form that Amazon's documentation asks for. */
export const USER_AGENT = 'amazon-sync-service/0.1 (Language=TypeScript)';
