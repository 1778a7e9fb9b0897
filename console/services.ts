import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Api } from './api-client.ts';

/** What the server says about itself in the page. */
export interface PageSettings {
  frontendUrl: string;
  /** Temporal's list of runs; empty where it is not for whoever sees this page. */
  runsUrl: string;
  offersSignIn: boolean;
}

/** What every part of the page works with. */
export interface Services {
  api: Api;
  settings: PageSettings;
  /** Tells a screen reader about something that happened; for moments, not for progress. */
  announce: (message: string) => void;
}

const Context = createContext<Services | null>(null);

export const ServicesProvider = Context.Provider;

export function useServices(): Services {
  const services = useContext(Context);
  if (services === null) throw new Error('There are no services above this part');
  return services;
}
