// On the page of a refusal: what was sent did not arrive, so its draft stays (drafts.js).
sessionStorage.removeItem("draft-sent");
