// While one develops there is nothing between the page and the server; a published app gets service-worker.published.js.
