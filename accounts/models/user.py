"""Who somebody is. Users are deactivated, never deleted: history keeps naming them."""

from __future__ import annotations

import zoneinfo
from functools import cache
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from itms_site.db.text import CanonicalField, canonical, clean_line, validate_line

RESERVED_USERNAMES = frozenset({"me", "none", "null", "any", "all", "system", "unassigned", "anonymous"})


@cache
def time_zones() -> frozenset[str]:
    """Every IANA name; read from the files of the system once, they are hundreds."""
    return frozenset(zoneinfo.available_timezones())


def validate_time_zone(name: str) -> None:
    if name not in time_zones():
        raise ValidationError(f"“{name}” is not a time zone. Write one like Europe/Berlin.", code="time_zone")


class Theme(models.TextChoices):
    AUTO = "auto", "As the system"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class Density(models.TextChoices):
    COMPACT = "compact", "Compact"
    NORMAL = "normal", "Normal"
    COMFORTABLE = "comfortable", "Comfortable"


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username_canonical=canonical(username or ""))

    def create_superuser(self, **_: object) -> User:
        """Django's `createsuperuser` would write around the ledger."""
        raise CommandError("Use `manage.py create_operator`: it records who became one.")


class User(AbstractBaseUser, PermissionsMixin):
    """username   ^[A-Za-z0-9_]{1,32}$, unique without regard to case
    email      unique without regard to case
    time_zone  IANA name
    sessions_version  moves on with every write to one of the user's sessions: a copy that was read at another is no
               longer trusted
    single_keys  False: pages take no shortcut of a single key (WCAG 2.1.4)"""

    username = models.CharField(
        max_length=32,
        validators=[
            RegexValidator(r"\A[A-Za-z0-9_]{1,32}\Z", "Write 1 to 32 letters, digits or underscores.", code="username")
        ],
    )
    username_canonical = CanonicalField(max_length=32, editable=False)
    email = models.EmailField("e-mail", max_length=254)
    email_canonical = CanonicalField(max_length=254, editable=False)
    first_name = models.CharField(max_length=64, blank=True, default="", validators=[validate_line])
    last_name = models.CharField(max_length=64, blank=True, default="", validators=[validate_line])
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    theme = models.CharField(max_length=8, choices=Theme.choices, default=Theme.AUTO)
    density = models.CharField(max_length=16, choices=Density.choices, default=Density.NORMAL)
    single_keys = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("may enter the admin", default=False)
    session_generation = models.PositiveIntegerField(default=0, editable=False)
    sessions_version = models.PositiveBigIntegerField(default=0, editable=False)
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["username_canonical"],
                name="user_username_unique",
                violation_error_message="This user name is taken.",
                violation_error_code="taken",
            ),
            models.UniqueConstraint(
                fields=["email_canonical"],
                name="user_email_unique",
                violation_error_message="This e-mail address is in use.",
                violation_error_code="taken",
            ),
            models.CheckConstraint(
                condition=Q(username__lacks="^A-Za-z0-9_") & Q(username__length__range=(1, 32)),
                name="user_username_form",
            ),
            models.CheckConstraint(condition=~Q(email_canonical=""), name="user_email_there"),
            models.CheckConstraint(
                condition=Q(first_name__length__lte=64) & Q(last_name__length__lte=64), name="user_name_length"
            ),
            models.CheckConstraint(
                condition=~Q(username_canonical__in=sorted(RESERVED_USERNAMES)), name="user_username_reserved"
            ),
            models.CheckConstraint(condition=Q(theme__in=Theme.values), name="user_theme_known"),
            models.CheckConstraint(condition=Q(density__in=Density.values), name="user_density_known"),
            models.CheckConstraint(
                condition=Q(theme__lacks="^a-z") & Q(density__lacks="^a-z"), name="user_preferences_exact"
            ),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def name(self) -> str:
        """What people are called in lists: first and last name, else the user name."""
        return f"{self.first_name} {self.last_name}".strip() or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.first_name or self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Sessions end with a new password, and for good with a new generation (deactivation)."""
        signature: str = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        return f"{self.session_generation}:{signature}"

    def clean_fields(self, exclude: object = None) -> None:
        self.first_name, self.last_name = clean_line(self.first_name), clean_line(self.last_name)
        self.email = clean_line(self.email)
        self.username_canonical = canonical(self.username)
        self.email_canonical = canonical(self.email)
        super().clean_fields(exclude=exclude)  # type: ignore[arg-type]
        if self.username_canonical in RESERVED_USERNAMES:
            raise ValidationError({"username": ValidationError("This user name is reserved.", code="reserved")})

    def clean(self) -> None:
        """AbstractBaseUser would rewrite the user name here; it is kept exactly as typed."""
