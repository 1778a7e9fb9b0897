import { render } from 'preact';
import { App } from './app.tsx';

const root = document.getElementById('console');
if (root === null) throw new Error('The page has no place for the console');
const { frontendUrl = '', signIn } = document.body.dataset;
render(<App settings={{ frontendUrl, offersSignIn: signIn === 'here' }} />, root);
