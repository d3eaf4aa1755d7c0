// Shows openapi.json by Swagger UI, light or dark as the reader's system is.
'use strict';
(() => {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
  dark.addEventListener('change', follow);
  follow();
  SwaggerUIBundle({
    url: 'openapi.json',
    dom_id: '#description',
    deepLinking: true,
    defaultModelsExpandDepth: 0, // the schemas are listed, and folded
    validatorUrl: null, // a badge of another host
  });
})();
