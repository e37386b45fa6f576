// On the page that signing out leads to: nobody's drafts stay behind (drafts.js).
Object.keys(localStorage).forEach((key) => key.startsWith("draft:") && localStorage.removeItem(key));
