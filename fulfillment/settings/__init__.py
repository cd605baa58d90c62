"""Every setting, read from the environment only; a wrong value stops the start and names itself."""

from fulfillment.settings.channels import *
from fulfillment.settings.data import *
from fulfillment.settings.limits import *
from fulfillment.settings.retention import *
from fulfillment.settings.seams import *
from fulfillment.settings.sign_in import *
from fulfillment.settings.site import *
