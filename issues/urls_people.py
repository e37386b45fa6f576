"""Addresses of people."""

from django.urls import path

from issues.views import people

urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/<str:username>/", people.person, name="person"),
]
