import { render } from 'preact';
import { App } from './app.tsx';

const root = document.getElementById('console');
if (root === null) throw new Error('The page has no place for the console');
const { frontendUrl = '', runsUrl = '', signIn } = document.body.dataset;
render(<App settings={{ frontendUrl, runsUrl, offersSignIn: signIn === 'here' }} />, root);
