"""All addresses. Each app lists its own; an address belongs to the highest app whose data its page shows."""

from django.contrib import admin
from django.urls import include, path

from itms_site import health, metrics

handler400 = "itms_site.middleware.handler400"
handler403 = "itms_site.middleware.handler403"
handler404 = "itms_site.middleware.handler404"
handler500 = "itms_site.middleware.handler500"

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("accounts/", include("accounts.urls")),
    path("api/v1/", include("issues.api.urls")),
    path("", include("projects.urls")),
    path("", include("issues.urls_people")),
    path("", include("issues.urls")),
    path("admin/", admin.site.urls),
]
